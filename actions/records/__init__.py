"""What people leave behind: assessments, tickets, feedback, documents; each belongs to a conversation and goes with it."""
