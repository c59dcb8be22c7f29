"""What the address of /course carries: the plan whose pages are listed, and the design task that is open."""

from explorer.page.address import Address
from explorer.page.parameters import OneOf, Text
from explorer.plans.course.tasks import TASKS

PLAN, TASK = "course_plan", "task"

ADDRESS = Address(
    Text(PLAN, "45", form="[A-Za-z0-9_-]{1,22}", what="plan"),
    OneOf(TASK, None, widget="segmented_control", allowed=tuple(TASKS), what="task"),
)
