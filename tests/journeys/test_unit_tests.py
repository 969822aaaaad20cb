"""dbt's own unit tests: models on literal rows, over the build file of the small place."""

import shutil
import subprocess
import sys

import yaml

from orchestration.settings import CHECKOUT


def test_every_unit_test_of_the_models_passes(westmarsh_home, tmp_path):
    # Lines and inputs are found below the home; what was published is not needed.
    leave_out = shutil.ignore_patterns("published")
    shutil.copytree(westmarsh_home.home, tmp_path / "home", symlinks=True, ignore=leave_out)
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "orchestration.warehouse.by_hand",
            "test",
            "--select",
            "test_type:unit",
        ],
        cwd=CHECKOUT,
        env=westmarsh_home.environment | {"TOTALPLACE_HOME": str(tmp_path / "home")},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout
    files = (CHECKOUT / "dbt_project" / "models").rglob("*.yml")
    written = sum(len(yaml.safe_load(f.read_text()).get("unit_tests", ())) for f in files)
    assert done.stdout.count(" PASS ") == written > 0, done.stdout
