#!/usr/bin/env bash
# Run once, as root, when Gradescope builds the image: Python, the grader's libraries, a sandbox.
set -euo pipefail
root="${AUTOGRADER_ROOT:-/autograder}"
export DEBIAN_FRONTEND=noninteractive

apt-get update
apt-get install -y --no-install-recommends bubblewrap libseccomp2 python3 python3-venv

# Gradescope's images have an older Python than the grader needs.
python3 -m venv "$root/tools"
"$root/tools/bin/pip" install 'uv>=0.5'
UV_PYTHON_INSTALL_DIR=/opt/python "$root/tools/bin/uv" venv --seed --python {{ python }} "$root/python"

# PyTorch without CUDA, which is smaller by gigabytes.
"$root/python/bin/pip" install --no-cache-dir \
    --extra-index-url https://download.pytorch.org/whl/cpu -r "$root/source/requirements.txt"
