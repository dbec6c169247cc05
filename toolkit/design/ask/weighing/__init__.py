"""What each measure of a scheme should weigh, asked of people: forms that check themselves."""

from toolkit.design.ask.weighing.judgements import Judgements, collect_judgements, load_judgements
from toolkit.design.ask.weighing.write import write_weight_forms

__all__ = ["Judgements", "collect_judgements", "load_judgements", "write_weight_forms"]
