"""Real training outside the sandbox: images, the trained backbone, and how networks are fitted."""
