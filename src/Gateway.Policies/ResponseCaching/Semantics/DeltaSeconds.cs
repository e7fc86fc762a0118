namespace Gateway.Policies.ResponseCaching.Semantics;

/// <summary>Non-negative whole seconds as header fields write them (RFC 9111 §1.2.2).</summary>
internal static class DeltaSeconds
{
    /// <summary>The value that stands for every larger one (RFC 9111 §1.2.2): 2^31 seconds, 68 years.</summary>
    public const long Max = 1L << 31;

    /// <summary>Reads digits only; larger values saturate at <see cref="Max"/>. False, and zero, for anything else.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out long seconds)
    {
        seconds = 0;
        foreach (char digit in text)
        {
            if (!char.IsAsciiDigit(digit))
            {
                seconds = 0;
                return false;
            }

            seconds = Math.Min((seconds * 10) + (digit - '0'), Max);
        }

        return !text.IsEmpty;
    }
}
