using System.Diagnostics.CodeAnalysis;

namespace Gateway.Policies.Configuration;

/// <summary>
/// A value that the routes file writes as an object with names of its own (<c>{ "From": "Header:X-Plan", "free": 60 }</c>), or for
/// short as one text.
/// </summary>
public interface IConfigObject<TSelf>
    where TSelf : class, IConfigObject<TSelf>
{
    /// <summary>What is allowed, for the message of a mistake.</summary>
    static abstract string Allowed { get; }

    /// <summary>Reads the entries; false, and nothing thrown, when they do not say such a value.</summary>
    /// <param name="entries">Names, without case, and their texts; the short form is one entry with an empty name.</param>
    /// <param name="value">What they say.</param>
    /// <param name="wrong">The name of the entry that is wrong; empty when it is the whole.</param>
    static abstract bool TryRead(IReadOnlyDictionary<string, string> entries, [MaybeNullWhen(false)] out TSelf value, out string wrong);
}
