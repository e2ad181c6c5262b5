"""What people see: texts, cards, buttons, modals, custom ids, and errors put into words."""
