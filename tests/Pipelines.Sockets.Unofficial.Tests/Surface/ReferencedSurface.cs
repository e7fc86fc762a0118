using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace Pipelines.Sockets.Unofficial.Tests.Surface;

/// <summary>What an assembly refers to in another, in the lines of <see cref="OfferedSurface"/>.</summary>
internal static class ReferencedSurface
{
    public static HashSet<string> Read(string assemblyFile, string referencedAssembly)
    {
        using var file = new PEReader(File.OpenRead(assemblyFile));
        MetadataReader reader = file.GetMetadataReader();
        var names = new SignatureNames();
        HashSet<string> types = [.. reader.TypeReferences
            .Where(handle => AssemblyOf(reader, handle) == referencedAssembly)
            .Select(handle => names.GetTypeFromReference(reader, handle, 0))];
        HashSet<string> lines = [.. types.Select(type => $"type {type}")];
        foreach (MemberReference member in reader.MemberReferences.Select(reader.GetMemberReference))
        {
            if (ParentOf(reader, member, names) is { } parent && types.Contains(parent))
            {
                lines.Add($"member {parent}::{reader.GetString(member.Name)} {SignatureOf(member, names)}");
            }
        }

        // Only now have all signatures been read.
        lines.UnionWith(types.Where(names.Kinds.ContainsKey).Select(type => $"kind {type} {names.Kinds[type]}"));
        return lines;
    }

    private static string? AssemblyOf(MetadataReader reader, EntityHandle handle)
    {
        while (handle.Kind == HandleKind.TypeReference)
        {
            handle = reader.GetTypeReference((TypeReferenceHandle)handle).ResolutionScope;
        }

        return handle.Kind == HandleKind.AssemblyReference
            ? reader.GetString(reader.GetAssemblyReference((AssemblyReferenceHandle)handle).Name)
            : null;
    }

    private static string? ParentOf(MetadataReader reader, MemberReference member, SignatureNames names) => member.Parent.Kind switch
    {
        HandleKind.TypeReference => names.GetTypeFromReference(reader, (TypeReferenceHandle)member.Parent, 0),
        HandleKind.TypeSpecification => names.GetTypeFromSpecification(reader, null, (TypeSpecificationHandle)member.Parent, 0).Split('<')[0],
        _ => null,
    };

    private static string SignatureOf(MemberReference member, SignatureNames names)
        => member.GetKind() == MemberReferenceKind.Method
            ? SignatureNames.Of(member.DecodeMethodSignature(names, null))
            : member.DecodeFieldSignature(names, null);
}
