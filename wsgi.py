"""The web application for gunicorn and the flask command; never starts the scheduler."""

from backoffice import create_app

app = create_app()
