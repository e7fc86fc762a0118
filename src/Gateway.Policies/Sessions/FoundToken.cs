namespace Gateway.Policies.Sessions;

/// <summary>What the configured sources of a request gave.</summary>
/// <param name="Source">The first source that carried something; null: none did.</param>
/// <param name="Token">The token; empty when what the source carried cannot be one.</param>
internal readonly record struct FoundToken(TokenSource? Source, ReadOnlyMemory<char> Token)
{
    public bool IsMissing => Source is null;

    public bool IsMalformed => Source is not null && Token.IsEmpty;
}
