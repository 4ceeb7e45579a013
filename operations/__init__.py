"""What people run around `pulumi up`: the command `machikumo`."""
