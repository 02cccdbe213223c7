//! What is in a file: PDF, pictures, building models.
