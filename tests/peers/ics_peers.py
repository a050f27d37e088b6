"""Holds `guichet calendar expand` against python3-dateutil and python3-icalendar; prints TAP."""
import json
import os
import random
import subprocess
import sys
import tempfile
from datetime import date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

from dateutil.rrule import rrulestr
from icalendar import Calendar

GUICHET = os.environ["GUICHET_BIN"]
UTC = timezone.utc
DAYS = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"]
ZONES = ["Europe/Paris", "America/New_York", "Australia/Lord_Howe", "America/Sao_Paulo", "Asia/Kolkata",
         "Africa/Casablanca", "Pacific/Apia", "UTC"]


def expand(text, first, last, *more):
    with tempfile.NamedTemporaryFile("wb", suffix=".ics") as f:
        f.write(text.encode())
        f.flush()
        run = subprocess.run([GUICHET, "calendar", "expand", f.name, "--from", first, "--to", last, "--json", *more],
                             capture_output=True, check=True, timeout=120)
    return json.loads(run.stdout), run.stderr.decode()


def some(r, values, most):
    return ",".join(str(v) for v in sorted(r.sample(list(values), r.randint(1, most))))


def random_rule(r):
    """A rule with a COUNT, an UNTIL or neither, of parts that RFC 5545 lets stand together."""
    freq = r.choice(["YEARLY"] * 4 + ["MONTHLY"] * 4 + ["WEEKLY"] * 3 + ["DAILY"] * 2 + ["HOURLY", "MINUTELY"])
    parts = ["FREQ=" + freq]
    if r.random() < 0.5:
        parts.append("INTERVAL=%d" % r.choice([2, 3, 5, 7] if freq != "MINUTELY" else [45, 90, 720]))
    elif freq == "MINUTELY":
        parts.append("INTERVAL=30")
    signed = lambda n: [v for v in range(-n, n + 1) if v]
    if freq == "YEARLY":
        kind = r.choice(["month", "day", "week", "yearday", "monthday", "nth", ""])
        if kind in ("month", "nth") and r.random() < 0.6:
            parts.append("BYMONTH=" + some(r, range(1, 13), 3))
        if kind == "day":
            parts.append("BYDAY=" + some(r, DAYS, 3))
        if kind == "nth":
            parts.append("BYDAY=" + some(r, [str(n) + d for n in (-5, -1, 1, 2, 5) for d in DAYS], 3))
        if kind == "week":
            parts.append("BYWEEKNO=" + some(r, [1, 2, 20, 51, 52, 53, -1, -10], 3))
            parts.append("BYDAY=" + some(r, DAYS, 2))
        if kind == "yearday":
            parts.append("BYYEARDAY=" + some(r, [1, 59, 60, 61, 100, 200, 365, 366, -1, -366, -307], 3))
        if kind == "monthday":
            parts.append("BYMONTHDAY=" + some(r, signed(31), 3))
    elif freq == "MONTHLY":
        kind = r.choice(["nth", "monthday", "day", "both", ""])
        if kind in ("monthday", "both"):
            parts.append("BYMONTHDAY=" + some(r, signed(31), 4))
        if kind in ("day", "both"):
            parts.append("BYDAY=" + some(r, DAYS, 3))
        if kind == "nth":
            parts.append("BYDAY=" + some(r, [str(n) + d for n in (-5, -2, -1, 1, 3, 5) for d in DAYS], 3))
        if r.random() < 0.2:
            parts.append("BYMONTH=" + some(r, range(1, 13), 4))
    elif freq == "WEEKLY":
        if r.random() < 0.7:
            parts.append("BYDAY=" + some(r, DAYS, 4))
        if r.random() < 0.2:
            parts.append("BYMONTH=" + some(r, range(1, 13), 4))
    else:
        if r.random() < 0.4:
            parts.append("BYDAY=" + some(r, DAYS, 4))
        if r.random() < 0.3:
            parts.append("BYMONTH=" + some(r, range(1, 13), 4))
        if r.random() < 0.2:
            parts.append("BYMONTHDAY=" + some(r, signed(31), 5))
    if r.random() < 0.25 and freq != "MINUTELY":
        parts.append("BYHOUR=" + some(r, range(24), 3))
    if r.random() < 0.2:
        parts.append("BYMINUTE=" + some(r, [0, 15, 30, 45], 2))
    # dateutil counts BYSETPOS in the first week from DTSTART, RFC 5545 from that week's first day
    if freq != "WEEKLY" and any(p.startswith("BY") for p in parts) and r.random() < 0.3:
        parts.append("BYSETPOS=" + some(r, [1, 2, 3, -1, -2], 2))
    if r.random() < 0.4:
        parts.append("WKST=" + r.choice(DAYS))
    r.shuffle(parts[1:])
    return ";".join(parts)


def wanted(rule, start, zone, first, last):
    """What dateutil gives, as instants: local times, each then read in the zone as RFC 5545 has it."""
    found = set()
    for t in rrulestr(rule, dtstart=start, cache=False):
        if t > last + timedelta(days=2):
            break
        found.add(t.replace(tzinfo=zone, fold=0).astimezone(UTC))
    return found


def random_rules(n):
    r = random.Random(20261124)
    first, last = datetime(2023, 1, 1), datetime(2027, 1, 1)
    bad = []
    lines, expected = ["BEGIN:VCALENDAR", "VERSION:2.0"], {}
    for i in range(n):
        name = r.choice(ZONES)
        zone = ZoneInfo(name)
        rule = random_rule(r)
        begun = datetime(r.choice([2010, 2020, 2022, 2023, 2024]), r.randint(1, 12), r.randint(1, 28),
                         r.choice([0, 2, 2, 8, 14, 23]), r.choice([0, 15, 30]))
        if "MINUTELY" in rule or "HOURLY" in rule:
            begun = datetime(2026, 11, 20, begun.hour, begun.minute)
        # a DTSTART that the rule itself gives: what else it means is left open by RFC 5545
        try:
            start = next(iter(rrulestr(rule + ";UNTIL=20270101T000000", dtstart=begun)), None)
        except ValueError:  # dateutil refuses what gives nothing
            continue
        if start is None or start > datetime(2027, 1, 1):
            continue
        if ";BYSETPOS" not in rule:
            end = r.random()
            if end < 0.3:
                rule += ";COUNT=%d" % r.randint(1, 400)
            elif end < 0.6:
                until = datetime(2024, r.randint(1, 12), r.randint(1, 28), 12)
                local = max(start, until)
                rule += ";UNTIL=" + local.replace(tzinfo=zone).astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
        stamp = start.strftime("%Y%m%dT%H%M%S")
        lines += ["BEGIN:VEVENT", "UID:r%d" % i, "DTSTAMP:20230101T000000Z", "DTSTART;TZID=%s:%s" % (name, stamp),
                  "RRULE:" + rule, "END:VEVENT"]
        naive = rule
        if ";UNTIL=" in rule:
            at = datetime.strptime(rule.split(";UNTIL=")[1], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
            naive = rule.split(";UNTIL=")[0] + ";UNTIL=" + at.astimezone(zone).strftime("%Y%m%dT%H%M%S")
        expected["r%d" % i] = (rule, name, stamp, wanted(naive, start, zone, first, last))
    lines.append("END:VCALENDAR")
    rows, said = expand("\r\n".join(lines) + "\r\n", "2023-01-01", "2027-01-01")
    got = {}
    for row in rows:
        got.setdefault(row["uid"], set()).add(datetime.fromisoformat(row["start"]).astimezone(UTC))
    low, high = first.replace(tzinfo=UTC), last.replace(tzinfo=UTC)
    for uid, (rule, name, stamp, want) in expected.items():
        want = {t for t in want if low <= t < high}
        have = got.get(uid, set())
        if len(want) <= 19000 and have != want:
            bad.append("%s %s %s: missing %s, extra %s" % (name, stamp, rule, sorted(want - have)[:2], sorted(have - want)[:2]))
    return len(expected), bad


def single_times(n):
    """python3-icalendar reads DTSTART and DTEND of zones, dates and UTC as we do."""
    r = random.Random(5)
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0"]
    for i in range(n):
        t = datetime(2024, 1, 1) + timedelta(minutes=15 * r.randrange(4 * 24 * 700))
        kind = r.choice(["zone", "zone", "utc", "date"])
        name = r.choice(ZONES)
        value = {"zone": "DTSTART;TZID=%s:%s" % (name, t.strftime("%Y%m%dT%H%M%S")),
                 "utc": "DTSTART:" + t.strftime("%Y%m%dT%H%M%SZ"),
                 "date": "DTSTART;VALUE=DATE:" + t.strftime("%Y%m%d")}[kind]
        lines += ["BEGIN:VEVENT", "UID:s%d" % i, value, "SUMMARY:Zoé\\, à jeun\\; n°%d" % i, "END:VEVENT"]
    lines.append("END:VCALENDAR")
    text = "\r\n".join(lines) + "\r\n"
    rows = {row["uid"]: row for row in expand(text, "2023-01-01", "2027-01-01")[0]}
    bad = []
    for event in Calendar.from_ical(text.encode()).walk("VEVENT"):
        row, at = rows.get(str(event["UID"])), event.decoded("DTSTART")
        if isinstance(at, datetime):
            zone = event["DTSTART"].params.get("TZID")
            if zone:  # pytz reads a gap the other way round: RFC 5545 takes the offset before it
                at = at.replace(tzinfo=None).replace(tzinfo=ZoneInfo(zone), fold=0)
            same = row and datetime.fromisoformat(row["start"]).astimezone(UTC) == at.astimezone(UTC)
        else:
            same = row and row["start"] == at.isoformat() and row["all_day"]
        if not same or row["summary"] != str(event["SUMMARY"]):
            bad.append("%s: %s, not %s" % (event["UID"], row and row["start"], at))
    return n, bad


def main():
    cases = [("random rules in eight zones, as python3-dateutil", random_rules, 200),
             ("single times and texts, as python3-icalendar", single_times, 1000)]
    print("1..%d" % len(cases))
    for i, (name, run, n) in enumerate(cases, 1):
        total, bad = run(n)
        print("%s %d - %s: %d of %d agree" % ("not ok" if bad else "ok", i, name, total - len(bad), total))
        for line in bad[:20]:
            print("# " + line)


main()
