"""Rulebooks in the languages of other tools: Promela for SPIN, BPMN 2.0 for modellers, JSON Schema for editors."""
