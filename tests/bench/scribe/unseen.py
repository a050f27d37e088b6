#!/usr/bin/env python3
"""Errors in notes that the checks never learned from, one a line, for scribe_checks unseen.

    unseen.py VISITS.jsonl > ROWS.jsonl

Each row has the encounter, the kind, the note with one error in it, and the error's span in code points.
An error goes only where the transcript carries what stood there.  The same input gives the same bytes.
"""
import json
import random
import re
import sys

ONES = ("zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen "
        "sixteen seventeen eighteen nineteen").split()
TENS = "_ _ twenty thirty forty fifty sixty seventy eighty ninety".split()
DRUGS = ("lisinopril metformin atorvastatin amlodipine omeprazole albuterol gabapentin sertraline ibuprofen "
         "prednisone furosemide metoprolol losartan warfarin aspirin tramadol amoxicillin azithromycin "
         "levothyroxine naproxen meloxicam insulin hydrochlorothiazide citalopram cetirizine famotidine "
         "doxycycline methotrexate clopidogrel montelukast tylenol lasix norvasc zoloft lexapro protonix "
         "prilosec motrin plavix coumadin synthroid zofran singulair paracetamol acetaminophen").split()
PARTS = ("knee ankle shoulder elbow wrist hip neck chest abdomen foot hand finger toe leg arm throat ear "
         "eye stomach jaw heel thigh calf groin").split()
SPANS = "minutes hours days weeks months years".split()
INVENTED = (
    "She had her gallbladder taken out three years ago.",
    "Her mother was treated for ovarian cancer.",
    "He keeps an epinephrine injector for a bee sting allergy.",
    "A CT of the sinuses was obtained and was unremarkable.",
    "We will refer for cardiac rehabilitation.",
    "The patient was hospitalized last winter with pancreatitis.",
    "He has been on dialysis since the spring.",
    "There is a remote history of a pulmonary embolism.",
    "She wears bilateral hearing aids.",
    "An old tympanic perforation was seen on the left.",
    "The patient is anticoagulated with rivaroxaban.",
    "He was counselled on the risks of general anaesthesia.",
    "The patient drinks half a bottle of wine every evening.",
    "Spirometry showed moderate obstruction.",
    "A skin graft was done on the forearm after a burn.",
    "He carries a diagnosis of Crohn's disease.",
    "The patient admits to hearing voices at night.",
    "She recently came back from a trip to Brazil.",
    "A course of oral vancomycin was completed.",
    "The patient has a peanut allergy with anaphylaxis.",
)
TURNED = (  # what stands there, what is put in its place
    (r"\bdenies (?:any |having )?", ("complains of ", "describes ", "has had ", "is bothered by ")),
    (r"\bdenied (?:any |having )?", ("complained of ", "described ", "was bothered by ")),
    (r"\bwithout (?:any )?", ("along with ", "associated with ", "and ")),
    (r"(?<=[.\n] )No (?=[a-z])", ("Notable for ", "There is ", "Ongoing ")),
    (r"\b[Nn]egative for ", ("Remarkable for ", "Notable for ")),
    (r"\b(is|are|was|were|does|do|did|has|have) not (?!sure)", (r"\1 ",)),
    (r"\bthere (is|are|was|were) no ", (r"there \1 ", r"there \1 some ")),
    (r"\b(?:reports|endorses) (?!that|having|taking|he |she |his|her )", ("does not have ", "has no ", "never had ")),
    (r"\bcomplains of (?!that)", ("does not complain of ", "has no ")),
    (r"\b[Pp]ositive for ", ("Without ", "No evidence of ")),
)


def words(n):
    if n < 20:
        return ONES[n]
    if n < 100:
        return TENS[n // 10] + (" " + ONES[n % 10] if n % 10 else "")
    if n < 1000:
        return ONES[n // 100] + " hundred" + (" " + words(n % 100) if n % 100 else "")
    return ""


def is_said(said, text):
    if not text.isdigit():
        return re.search(r"\b" + re.escape(text.lower()), said) is not None
    spoken = words(int(text))
    return re.search(r"\b" + text + r"\b", said) is not None or bool(spoken) and spoken in said


def put(note, start, end, text):
    return note[:start] + text + note[end:], [start, start + len(text)]


def swap(note, match, choices, dice, group=0):
    old = match.group(group)
    new = dice.choice([c for c in choices if c.lower() != old.lower()])
    if old[0].isupper():
        new = new.capitalize()
    return put(note, match.start(group), match.end(group), new)


def another(n, dice):
    return dice.choice([m for m in (n + 1, n + 2, n + 5, n - 1, n - 3, n * 2, n + 11, n + 30) if 0 < m != n])


def find(note, pattern, said, dice, group=0, flags=0):
    found = [m for m in re.finditer(pattern, note, flags) if is_said(said, m.group(group))]
    return dice.choice(found) if found else None


def demographics(note, said, dice):
    match = find(note, r"\b(\d{1,2})(?=[- ]year[s]?[- ]old|\s?y/?o)", said, dice, 1)
    if match and dice.random() < 0.7:
        return put(note, match.start(1), match.end(1), str(max(1, int(match.group(1)) + dice.choice((-9, -20, 7, 13)))))
    other = {"male": "female", "female": "male", "man": "woman", "woman": "man", "boy": "girl", "girl": "boy"}
    match = re.search(r"(?<=-old )((?:[a-z-]+ )?)(male|female|man|woman|boy|girl)\b", note)
    return put(note, match.start(2), match.end(2), other[match.group(2)]) if match else None


def drug(note, said, dice):
    match = find(note, r"\b(?:" + "|".join(DRUGS) + r")\b", said, dice, flags=re.I)
    return swap(note, match, DRUGS, dice) if match else None


def body_part(note, said, dice):
    match = find(note, r"\b(?:" + "|".join(PARTS) + r")\b", said, dice, flags=re.I)
    return swap(note, match, PARTS, dice) if match else None


def laterality(note, said, dice):
    match = find(note, r"\b(left|right)\b", said, dice, 1, re.I)
    return swap(note, match, ("left", "right"), dice) if match else None


def unit(note, said, dice):
    match = re.search(r"\b(\d[\d.,]*) ?(mg|mcg|g|mL|milligrams?|units?)\b", note)
    if not match or not is_said(said, match.group(1).split(".")[0]):
        return None
    return put(note, match.start(2), match.end(2),
               dice.choice([u for u in ("mg", "mcg", "grams", "mL") if u[:2] != match.group(2)[:2]]))


def number(note, said, dice):
    match = find(note, r"(?<![\w./-])(\d{1,3})(?![\w-]|[.)]\s|\.\d|[-\s]+(?:year|month|week|day|hour|minute|yo|y/o))", said, dice, 1)
    return put(note, match.start(1), match.end(1), str(another(int(match.group(1)), dice))) if match else None


def duration(note, said, dice):
    count = r"(\d{1,2}|" + "|".join(ONES[2:13]) + r"|a couple of|several|a few)"
    found = [m for m in re.finditer(r"\b" + count + r"[ -](minute|hour|day|week|month|year)(s?)\b(?![- ]old)", note)
             if is_said(said, m.group(2))]
    if not found:
        return None
    match = dice.choice(found)
    if dice.random() < 0.5 and match.group(1)[0].isdigit():
        return put(note, match.start(1), match.end(1), words(another(int(match.group(1)), dice)))
    units = [u for u in SPANS if u[:-1] != match.group(2)]
    new = dice.choice(units)
    return put(note, match.start(2), match.end(3), new if match.group(3) else new[:-1])


def negation(note, said, dice):
    found = []
    for pattern, choices in TURNED:
        for m in re.finditer(pattern, note):
            after = re.findall(r"[A-Za-z]{4,}", note[m.end():m.end() + 60])[:3]
            if any(is_said(said, w[:6]) for w in after):
                found.append((m, choices))
    if not found:
        return None
    match, choices = dice.choice(found)
    new = match.expand(dice.choice(choices))
    if match.group()[0].islower():
        new = new[0].lower() + new[1:]
    note, span = put(note, match.start(), match.end(), new)
    return note, [span[0], span[1] - 1]


def fabricated(note, said, dice):
    ends = [m.end() for m in re.finditer(r"\.(?= [A-Z]|\n|$)", note)]
    if not ends:
        return None
    text = dice.choice(INVENTED)
    at = dice.choice(ends)
    note, span = put(note, at, at, " " + text)
    return note, [span[0] + 1, span[1]]


KINDS = (demographics, drug, negation, number, fabricated, duration, body_part, laterality, unit)


def main():
    dice = random.Random(1126)
    for line in open(sys.argv[1], encoding="utf-8"):
        visit = json.loads(line)
        said = " ".join(turn["text"] for turn in visit["dialogue"]).lower().replace("-", " ")
        for make in KINDS:
            seen = set()
            for _ in range(6 if visit["source"] == "aci-bench" else 2):
                made = make(visit["note"], said, dice)
                if made is None or tuple(made[1]) in seen:
                    continue
                seen.add(tuple(made[1]))
                print(json.dumps({"encounter": visit["id"], "kind": make.__name__, "note": made[0],
                                  "span": made[1]}, ensure_ascii=False))


main()
