"""The entry for a web server that speaks ASGI: what `huiyin serve` runs."""

import os
import sys
from typing import Final

from huiyin.site.wsgi import application as pages  # first: it names the settings

# isort: split
from django.conf import settings

from huiyin.site import running
from huiyin.site.edge.bodies import Bodies
from huiyin.site.edge.gate import Gate
from huiyin.site.edge.sizes import most_of
from huiyin.site.process_group import THREADS, THREADS_VARIABLE

# The thread that reads bodies and hands out work waits for its turn behind the threads that answer: at Python's own 5 ms each
# request would wait that long several times over.
SWITCH_SECONDS: Final = 0.001

running.hold(settings.HUIYIN_HOME)  # under another supervisor than `huiyin serve` too
sys.setswitchinterval(SWITCH_SECONDS)
application = Gate(
    pages,
    Bodies(settings.HUIYIN_SPOOL),
    threads=int(os.environ.get(THREADS_VARIABLE, THREADS)),
    proxies=settings.HUIYIN_TRUSTED_PROXIES,
    most=most_of,
)
