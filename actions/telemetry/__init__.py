"""What the action server tells of itself: figures of actions, look-ups and the guidance in force."""
