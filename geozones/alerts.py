"""Letters to the operator, by e-mail."""

from __future__ import annotations

import smtplib
import ssl
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import formatdate, make_msgid

from geozones.config.model import MailConfig
from geozones.errors import AlertError
from geozones.i18n import N_

_TIMEOUT_S = 30.0


@dataclass(frozen=True)
class Letter:
    """Subject and text of a letter."""

    subject: str
    text: str


def send_letter(mail: MailConfig, letter: Letter) -> None:
    """Send a letter by the server of the settings.

    Parameters
    ----------
    mail
        Server, how to speak to it, sender and receivers.
    letter
        What to send.

    Raises
    ------
    AlertError
        The server cannot be reached, refuses the letter, or its certificate is not trusted. The message names
        neither user nor password.
    """
    message = EmailMessage()
    message["Subject"] = " ".join(letter.subject.split())
    message["From"] = mail.sender
    message["To"] = ", ".join(mail.to)
    message["Date"] = formatdate()
    message["Message-ID"] = make_msgid(domain=mail.sender.rpartition("@")[2] or "geozones")
    message.set_content(letter.text)
    try:
        with _connect(mail) as server:
            if mail.user:
                server.login(mail.user, mail.password.get_secret_value())
            refused = server.send_message(message)
    except (OSError, smtplib.SMTPException) as error:
        raise AlertError(
            N_("The letter to the operator could not be sent ({reason}). Check [nightly.mail] of the settings."),
            reason=_reason(error),
        ) from error
    if refused:
        raise AlertError(N_("The mail server refused {n} of the receivers of nightly.mail.to."), n=len(refused))


def _connect(mail: MailConfig) -> smtplib.SMTP:
    trusted = ssl.create_default_context()
    if mail.security == "tls":
        return smtplib.SMTP_SSL(mail.host, mail.port, timeout=_TIMEOUT_S, context=trusted)
    server = smtplib.SMTP(mail.host, mail.port, timeout=_TIMEOUT_S)
    if mail.security == "starttls":
        try:
            server.starttls(context=trusted)
        except (OSError, smtplib.SMTPException):
            server.close()
            raise
    return server


def _reason(error: Exception) -> str:
    """Name an error without what the server said: that may repeat the user."""
    code = getattr(error, "smtp_code", None)
    return type(error).__name__ if code is None else f"{type(error).__name__} {code}"
