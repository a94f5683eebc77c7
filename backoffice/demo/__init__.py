"""The demo university and the local servers it lives on."""
