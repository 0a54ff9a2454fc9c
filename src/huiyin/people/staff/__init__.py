"""Looking after who works here: closing and opening accounts, ending sessions, the leading group, who may administer whom."""
