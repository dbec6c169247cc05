"""The parts of a pay statement: who is due, what is earned, what changes it, what comes later."""
