"""The entry for a web server that speaks WSGI."""

import os

from django.core.wsgi import get_wsgi_application

from huiyin.site.process_group import end_with_supervisor

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "huiyin.site.settings")

end_with_supervisor()
application = get_wsgi_application()

from huiyin.site.warmup import warm_up  # noqa: E402 - reads models, which exist from here on

warm_up()
