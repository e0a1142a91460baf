from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "shell/not_found.html", status=404)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "shell/bad_request.html", status=400)


def server_error(request: HttpRequest) -> HttpResponse:
    return render(request, "shell/server_error.html", status=500)
