"""What `course.py` runs beside JupyterLab: notebooks are stored, checked and handed out, speed is measured."""
