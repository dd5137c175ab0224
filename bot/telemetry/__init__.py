"""What the Rasa server tells of itself: figures of messages and their stages, log lines without what people say."""
