"""A small calendar program: subscribes to feeds by their address and shows them beside a person's own calendar."""
