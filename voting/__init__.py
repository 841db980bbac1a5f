"""A secret-ballot voting service for meetings."""
