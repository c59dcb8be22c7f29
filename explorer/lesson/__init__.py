"""The pattern of all lessons, their papers, and parts that run in the browser, with the JavaScript that these share. No lesson is named here."""
