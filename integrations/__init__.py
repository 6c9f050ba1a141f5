"""The outside world: one package per protocol. None of it knows the CRM."""
