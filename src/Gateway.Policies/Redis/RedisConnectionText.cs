using StackExchange.Redis;

namespace Gateway.Policies.Redis;

/// <summary>Checks a connection string without connecting.</summary>
public static class RedisConnectionText
{
    /// <summary>What is wrong with a connection string in StackExchange.Redis format, never quoting any of it; null when it can be used.</summary>
    public static string? ProblemOf(string text)
    {
        try
        {
            return ConfigurationOptions.Parse(text).EndPoints.Count == 0 ? "the connection string names no server (its value is hidden)" : null;
        }
        catch (Exception bad) when (bad is ArgumentException or FormatException or OverflowException)
        {
            // The client's own message quotes the part it cannot read, which may be a password.
            return "the connection string cannot be read (its value is hidden)";
        }
    }
}
