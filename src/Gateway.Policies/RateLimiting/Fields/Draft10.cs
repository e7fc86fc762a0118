using System.Globalization;

namespace Gateway.Policies.RateLimiting.Fields;

/// <summary>draft-ietf-httpapi-ratelimit-headers-10: <c>"per-client";q=100;w=60</c> and <c>"per-client";r=99;t=60</c>.</summary>
internal sealed class Draft10 : IRateLimitDraft
{
    public string PolicyField => "RateLimit-Policy";

    public string StateField => "RateLimit";

    public string PolicyItem(string quotedName, long limit, long? windowSeconds) =>
        windowSeconds is { } seconds
            ? string.Create(CultureInfo.InvariantCulture, $"{quotedName};q={limit};w={seconds}")
            : string.Create(CultureInfo.InvariantCulture, $"{quotedName};q={limit}");

    public bool TryWriteState(Span<char> to, string quotedName, long remaining, long resetSeconds, out int written)
    {
        written = 0;
        return TryAppend(quotedName, to, ref written)
            && TryAppend(";r=", to, ref written)
            && TryAppend(remaining, to, ref written)
            && TryAppend(";t=", to, ref written)
            && TryAppend(resetSeconds, to, ref written);
    }

    private static bool TryAppend(string text, Span<char> to, ref int written)
    {
        bool fits = text.TryCopyTo(to[written..]);
        written += fits ? text.Length : 0;
        return fits;
    }

    private static bool TryAppend(long number, Span<char> to, ref int written)
    {
        bool fits = number.TryFormat(to[written..], out int digits, default, CultureInfo.InvariantCulture);
        written += digits;
        return fits;
    }
}
