"""Honours: star of the month, most improved, promotion candidates; for HR alone, who needs a conversation."""

from toolkit.appraise.recognition.candidates import candidates
from toolkit.appraise.recognition.improved import improvement, regression_to_the_mean
from toolkit.appraise.recognition.recognise import recognise
from toolkit.appraise.recognition.stars import stars

__all__ = ["candidates", "improvement", "recognise", "regression_to_the_mean", "stars"]
