"""Steps as documents of the office's own: what their forms recorded, and who signs it by hand."""
