"""What happens by the clock or after a commit. `schedule` lists it all; the engines only say when.

The truth is in rows (outbox, deliveries, sync states); every job may run at any moment, any number of times.
"""
