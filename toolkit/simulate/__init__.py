"""What a scheme may cost: attainment fitted to history, drawn many times, scored and paid as agreed."""
