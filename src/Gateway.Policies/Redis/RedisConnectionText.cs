using StackExchange.Redis;

namespace Gateway.Policies.Redis;

/// <summary>Checks a connection string without connecting.</summary>
public static class RedisConnectionText
{
    /// <summary>What is wrong with a connection string in StackExchange.Redis format, never quoting any of it; null when it can be used.</summary>
    public static string? ProblemOf(string text) => TryParse(text) switch
    {
        _ when string.IsNullOrWhiteSpace(text) => "the connection string is empty",
        null => ProblemOfParts(text.Split(',')),
        { EndPoints.Count: 0 } => "the connection string names no server (its value is hidden)",
        _ => null,
    };

    /// <summary>Null for what the client cannot read. Its own message quotes that, which may be a piece of a password.</summary>
    internal static ConfigurationOptions? TryParse(string text)
    {
        try
        {
            return ConfigurationOptions.Parse(text);
        }
        catch (Exception bad) when (bad is ArgumentException or FormatException or OverflowException)
        {
            return null;
        }
    }

    private static string ProblemOfParts(string[] parts)
    {
        int bad = Array.FindIndex(parts, part => TryParse(part) is null);
        return bad < 0
            ? "the connection string cannot be read (its value is hidden)"
            : $"part {bad + 1} of {parts.Length} of the connection string cannot be read (its value is hidden; parts are separated by commas, also within a password)";
    }
}
