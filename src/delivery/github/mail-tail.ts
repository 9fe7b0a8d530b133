/**
 * Where the tail of an e-mail begins: somebody answered a notification by mail, and what they answered stands below, often
 * without any mark of a quote. The words are those of the common programs, in the languages that they are written in most.
 */

/** `On Tue, 18 Nov 2025 at 14:10, Olga <olga@example.org> wrote:`; wrapped over at most three lines. */
const ATTRIBUTION = /^(?:On|Am|Le|El|Il|Op|Em|W dniu|Den|Dne)\s.{0,400}\d.{0,400}(?:wrote|schrieb.{0,120}|a écrit|escribió|ha scritto|schreef.{0,120}|escreveu|napisał.{0,120}|skrev.{0,120}|napsal.{0,120})\s?:$/;
const DATE_FIRST = /^\d.{0,400}(?:wrote|написал.{0,20}|写道|のメール|님이 작성).{0,20}[:：]$/;
const LINES_OF_ATTRIBUTION = 3;

/** `-----Original Message-----`, `---------- Forwarded message ---------`. */
const DIVIDER = /^-{2,}\s*(?:Original|Forwarded|Ursprüngliche|Weitergeleitete|Mensaje|Message d.origine|Messaggio|Oorspronkelijk|Mensagem)[^-]{0,80}-{2,}$/i;
const BEGIN = /^(?:Begin forwarded message|Anfang der weitergeleiteten Nachricht|Début du message réexpédié|Inicio del mensaje reenviado):$/i;

/** `From: …`, as Outlook writes it above what it quotes, bold or not; another header follows within the next lines. */
const FROM = /^\*{0,2}(?:From|Von|De|Da|Van|Od|Från|Fra|Lähettäjä|Kimden|От|差出人|发件人|寄件者|보낸 사람)\s?[:：]\*{0,2}\s/i;
const HEADER = /^\*{0,2}(?:Sent|Date|To|Subject|Gesendet|Datum|An|Betreff|Envoyé|Date|À|Objet|Enviado|Fecha|Para|Asunto|Inviato|Data|Oggetto|Verzonden|Aan|Onderwerp|Wysłano|Do|Temat|Odesláno|Komu|Předmět|Skickat|Till|Ämne|Sendt|Til|Emne|Lähetetty|Vastaanottaja|Aihe|Gönderildi|Kime|Konu|Отправлено|Дата|Кому|Тема|送信日時|宛先|件名|发送时间|收件人|主题|寄件日期|收件者|主旨|보낸 날짜|받는 사람|제목)\s?[:：]\*{0,2}\s/i;
const LINES_OF_HEADERS = 3;

/** The foot of GitHub's own notifications. */
const FOOT = /^(?:Reply to this email directly|You are receiving this because)\b/;

/** The separator of a signature (RFC 3676); many programs trim the space at its end. */
export const isSignature = (line: string): boolean => /^-- ?$/.test(line);

/** The index of the first line of a paragraph that belongs to an e-mail's tail, or -1. */
export const tailBegins = (lines: readonly string[]): number => lines.findIndex((raw, i) => {
  const line = raw.trim();
  if (line.length > LONGEST) return false;
  return isSignature(raw.trimStart()) || DIVIDER.test(line) || BEGIN.test(line) || FOOT.test(line)
    || (FROM.test(line) && lines.slice(i + 1, i + 1 + LINES_OF_HEADERS).some((l) => HEADER.test(l.slice(0, LONGEST).trimStart())))
    || isAttribution(lines, i);
});

/** Whether a block that is set in by four spaces introduces what is quoted below it: Yahoo does so, and sets the quote in by one. */
export const introducesQuote = (block: string): boolean => {
  const lines = block.split('\n');
  return lines.some((line, i) => line.trim().length <= LONGEST && isAttribution(lines, i));
};

/** No line of these is longer. */
const LONGEST = 998;

function isAttribution(lines: readonly string[], at: number): boolean {
  for (let n = 1; n <= LINES_OF_ATTRIBUTION && at + n <= lines.length; n++) {
    const text = lines.slice(at, at + n).map((l) => l.slice(0, LONGEST).trim()).join(' ');
    if (ATTRIBUTION.test(text) || DATE_FIRST.test(text)) return true;
  }
  return false;
}
