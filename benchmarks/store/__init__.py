"""How the rules store grows: match latency, load time, memory and database size against other engines."""
