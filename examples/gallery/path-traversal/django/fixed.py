from pathlib import Path

from django.http import FileResponse, Http404

INVOICES = Path("/srv/invoices").resolve()


def invoice(request):
    path = (INVOICES / request.GET["file"]).resolve()
    if not path.is_relative_to(INVOICES):
        raise Http404
    return FileResponse(path.open("rb"))
