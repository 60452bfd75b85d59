import os

from django.http import FileResponse

INVOICES = "/srv/invoices"


def invoice(request):
    name = request.GET["file"]
    return FileResponse(open(os.path.join(INVOICES, name), "rb"))
