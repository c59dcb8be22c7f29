"""A view as one HTML file that opens by a double click, without a server: canvas, weights, codes, numbers and words in one document.

The canvas is the app's own (explorer/canvas/js). What the app would serve stands in the document, and what Python would answer, which is how a
model sees a drawing, is computed by js/drawn.js.
"""
