"""What a sent document says of itself: `facts.describe`."""
