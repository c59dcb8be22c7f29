"""The pattern that all lessons follow, their papers, and live parts with what their JavaScript shares. No lesson is named here."""
