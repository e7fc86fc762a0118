using System.Diagnostics.CodeAnalysis;

namespace Gateway.Policies.Configuration;

/// <summary>A value that the routes file writes as one string, with its own grammar.</summary>
public interface IConfigValue<TSelf>
    where TSelf : IConfigValue<TSelf>
{
    /// <summary>What is allowed, for the message of a mistake: <c>a size: bytes or "64KB", "1MB"</c>.</summary>
    static abstract string Allowed { get; }

    /// <summary>Reads <paramref name="text"/>; false, and nothing thrown, when it does not follow the grammar.</summary>
    static abstract bool TryParse(string text, [MaybeNullWhen(false)] out TSelf value);
}
