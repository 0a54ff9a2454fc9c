"""What an organisation keeps ready beside its cases: policies, groups and their tasks, staff, premises, stores and funds."""
