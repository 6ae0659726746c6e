"""What every module leans on and no reader needs: checks of input, settings."""
