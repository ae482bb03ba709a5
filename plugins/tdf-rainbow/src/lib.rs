//! Rainbow: coloured boxes and balls, arranged in rows and columns (arXiv 2405.20519, section 4.1).
