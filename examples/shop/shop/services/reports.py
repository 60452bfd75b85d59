"""Reports, made by command-line programs."""

import shlex
import subprocess

FORMATS = {"pdf", "html"}


def shell(command):
    result = subprocess.run(command, shell=True, capture_output=True, text=True, check=False)
    return result.stdout


def count_lines(log):
    """How many lines a log file of the shop has."""
    return shell(f"wc -l /var/log/shop/{log}.log")


def errors(log):
    """The last errors in a log file of the shop."""
    return shell(f"grep ERROR /var/log/shop/{shlex.quote(log)}.log | tail -n 50")


def sales(year, output_format):
    """The sales of a year in one of the known formats."""
    if output_format not in FORMATS:
        raise ValueError("unknown format")
    name = f"/srv/shop/reports/{int(year)}.{output_format}"
    subprocess.run(["shop-report", "--year", str(int(year)), "--output", name], check=True)
    return name


def changes(branch):
    """What has changed in the shop's templates."""
    command = ["git", "-C", "/srv/shop/templates", "log", "--oneline", branch]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def changes_of_file(path):
    command = ["git", "-C", "/srv/shop/templates", "log", "--oneline", "--", path]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout
