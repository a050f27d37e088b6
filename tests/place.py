"""Clinics for tests whose passwords are quick to check; see place.c."""
import os
import subprocess


def place(folder, name, *people):
    """A clinic with these people (LOGIN:ROLE[:TITLE]), the administrator first; their passwords by login."""
    program = os.path.join(os.environ["abs_top_builddir"], "tests/place")
    run = subprocess.run([program, folder, name, *people], capture_output=True, text=True, check=False)
    if run.returncode != 0:
        raise SystemExit(f"Bail out! {run.stderr}")
    logins = [person.split(":")[0] for person in people]
    return {login: open(login + ".pass", encoding="utf-8").read().strip() for login in logins}
