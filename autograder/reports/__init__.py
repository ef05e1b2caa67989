"""The pages that people read about a run: of the class, of each lab, of each student."""
