"""What scores and pay read beside the panel: deals one by one, their cash and returns, ratings, events."""
