using System.Globalization;
using Gateway.Policies.RateLimiting.Fields;
using Microsoft.AspNetCore.Http;

namespace Gateway.Policies.RateLimiting;

/// <summary>
/// What a response says of its limits: the <c>X-RateLimit-*</c> fields of common use, and those of the IETF's draft that is configured.
/// Fields of these names that came from the destination are replaced.
/// </summary>
internal static class RateLimitHeaders
{
    private const string LimitField = "X-RateLimit-Limit";
    private const string RemainingField = "X-RateLimit-Remaining";
    private const string ResetField = "X-RateLimit-Reset";
    private const int UsualLength = 256;

    /// <summary>Writes the fields; what is not known is left out, never invented.</summary>
    /// <param name="headers">The response's fields.</param>
    /// <param name="request">The limits that were evaluated.</param>
    /// <param name="now">The time, for <c>X-RateLimit-Reset</c>.</param>
    /// <param name="elapsed">Time since the decisions.</param>
    public static void Write(IHeaderDictionary headers, RequestLimits request, DateTimeOffset now, TimeSpan elapsed)
    {
        if (request.MostConstrained(shown: true) is not { } index)
        {
            return;
        }

        RouteLimit limit = request.At(index);
        PermitDecision decision = request.Decisions[index];
        headers[LimitField] = limit.Text;
        if (decision.IsKnown)
        {
            headers[RemainingField] = decision.Remaining.ToString(CultureInfo.InvariantCulture);
            headers[ResetField] = SecondsText.Of(Reset(limit.Policy.ResetFormat, decision, now, elapsed));
        }
        else
        {
            headers.Remove(RemainingField);
            headers.Remove(ResetField);
        }

        WriteDraft(headers, request, decision.IsKnown, elapsed);
    }

    /// <summary>Whole seconds, rounded up; never negative.</summary>
    public static long Seconds(TimeSpan span) => span <= TimeSpan.Zero ? 0 : (span.Ticks + TimeSpan.TicksPerSecond - 1) / TimeSpan.TicksPerSecond;

    private static long Reset(ResetFormat format, in PermitDecision decision, DateTimeOffset now, TimeSpan elapsed)
    {
        TimeSpan left = decision.ResetAfter - elapsed;
        return format switch
        {
            ResetFormat.Unix => Seconds(now - DateTimeOffset.UnixEpoch + (left > TimeSpan.Zero ? left : TimeSpan.Zero)),
            ResetFormat.Delta => Seconds(left),
            _ => throw new InvalidOperationException($"No reset format {format}."),
        };
    }

    private static void WriteDraft(IHeaderDictionary headers, RequestLimits request, bool isKnown, TimeSpan elapsed)
    {
        if (request.Limits.Draft is not { } draft)
        {
            // The destination's own would contradict the fields above.
            headers.Remove(RateLimitFields.Draft10.Draft!.PolicyField);
            headers.Remove(RateLimitFields.Draft10.Draft.StateField);
            return;
        }

        headers[draft.PolicyField] = request.PolicyItems();
        if (isKnown)
        {
            headers[draft.StateField] = State(draft, request, elapsed);
        }
        else
        {
            headers.Remove(draft.StateField);
        }
    }

    /// <summary><c>"per-client";r=99;t=60, "burst";r=9;t=1</c></summary>
    private static string State(IRateLimitDraft draft, RequestLimits request, TimeSpan elapsed)
    {
        Span<char> text = stackalloc char[UsualLength];
        int length;
        while (!TryWriteState(text, draft, request, elapsed, out length))
        {
            text = new char[text.Length * 4];
        }

        return text[..length].ToString();
    }

    private static bool TryWriteState(Span<char> text, IRateLimitDraft draft, RequestLimits request, TimeSpan elapsed, out int length)
    {
        length = 0;
        for (int i = 0; i < request.Evaluated; i++)
        {
            PermitDecision decision = request.Decisions[i];
            if (!decision.IsKnown || !request.At(i).Policy.Headers)
            {
                continue;
            }

            string separator = length == 0 ? "" : ", ";
            if (!separator.TryCopyTo(text[length..])
                || !draft.TryWriteState(text[(length + separator.Length)..], request.At(i).QuotedName, decision.Remaining, Seconds(decision.ResetAfter - elapsed), out int written))
            {
                return false;
            }

            length += separator.Length + written;
        }

        return true;
    }
}
