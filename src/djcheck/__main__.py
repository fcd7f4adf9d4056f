"""`python -m djcheck`."""

import sys

from djcheck.cli.main import main

sys.exit(main())
